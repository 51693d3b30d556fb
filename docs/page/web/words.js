/* The one table of sentences, and a few words for the page itself. */
const WORDS = engine.data.words;
const say = (key, values = {}) => WORDS[key].replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
const $ = (id) => document.getElementById(id);
/* An element with attributes and children; text is text, never markup. */
function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== undefined));
  return element;
}
const later = (act, milliseconds) => { // the last call of a burst
  let timer = 0;
  return (...values) => { clearTimeout(timer); timer = setTimeout(() => act(...values), milliseconds); };
};
const shown = (element, on) => { element.hidden = !on; };
