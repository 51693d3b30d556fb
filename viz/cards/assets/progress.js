/* What was answered on this page, by the name of the question: kept in the browser where it lets us, else while the page is
 * open. All cards of a page share it, whichever of them came first. It can be forged, and is called practice. */
const progress = (globalThis.chainrulePractice ||= (() => {
  const place = "chainrule practice " + location.pathname;
  let known = {};
  try { known = JSON.parse(localStorage.getItem(place)) || {}; } catch { /* not kept, then */ }
  const listeners = new Set();
  return {
    get: (id) => known[id],
    set: (id, record) => {
      known[id] = record;
      try { localStorage.setItem(place, JSON.stringify(known)); } catch { /* the same */ }
      listeners.forEach((listen) => listen());
    },
    count: (mark) => Object.values(known).filter((record) => !mark || record.mark === mark).length,
    json: () => JSON.stringify({ practice: true, page: location.pathname, answers: known }, null, 1),
    listen: (listener) => listeners.add(listener),
    forget: () => {
      known = {};
      try { localStorage.removeItem(place); } catch { /* the same */ }
      listeners.forEach((listen) => listen());
    },
  };
})());
