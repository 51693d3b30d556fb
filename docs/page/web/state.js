/* What the page shows, and its form in a link: a version, then only what differs from an empty workbench. It draws nothing. */
const VERSION = "1";
const EMPTY = { kind: "expression", text: "", numbers: {}, of: "", wrt: "", pane: "graph", guess: "show", step: 0, hide: false, notation: "leibniz", nudge: "0.1", practice: "whole.1.1" };
const PANES = ["graph", "paths", "explain", "steps", "practice", "latex", "table"];
const state = structuredClone(EMPTY);
const asks = () => (state.pane === "steps" && state.guess !== "show") || (state.pane === "practice" && state.practice.startsWith("own"));
const secret = () => state.hide || asks(); // what a pane asks, nobody else tells
const SHORT = 160; // letters: a longer text is packed

const links = (() => {
  const KEYS = { of: "o", wrt: "w", pane: "p", guess: "g", notation: "y", nudge: "d", practice: "q" };
  const KNOWN = { pane: RegExp(`^(${PANES.join("|")})$`), guess: /^(show|ask|exam)$/, practice: /^\w+\.\d{1,9}\.\d$/ }; // what else a link asks for is not shown
  const escape = (text) => encodeURIComponent(text).replace(/%20/g, "+").replace(/%(2C|3A|3B|3D|2F|40|5B|5D)/g, decodeURIComponent);
  const unescape = (text) => decodeURIComponent(text.replace(/\+/g, "%20"));
  const through = async (bytes, stream) => new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());
  const packed = async (text) => {
    const bytes = await through(new TextEncoder().encode(text), new CompressionStream("deflate-raw"));
    return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };
  const unpacked = async (text) => {
    const bytes = Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
    return new TextDecoder().decode(await through(bytes, new DecompressionStream("deflate-raw")));
  };
  return {
    async write(from = state, embed = false) {
      const parts = [VERSION];
      const long = from.text.length > SHORT;
      parts.push(`${{ expression: "e", program: "k" }[from.kind]}${long ? "z" : ""}=${long ? await packed(from.text) : escape(from.text)}`);
      const numbers = Object.entries(from.numbers).map(([name, x]) => `${escape(name)}:${escape(x).replace(/[,:]/g, encodeURIComponent)}`);
      if (numbers.length) parts.push(`n=${numbers.join(",")}`);
      for (const [name, key] of Object.entries(KEYS)) if (from[name] !== EMPTY[name]) parts.push(`${key}=${escape(from[name])}`);
      if (from.step && from.pane === "steps") parts.push(`s=${from.step}`);
      if (from.hide) parts.push("h=1");
      if (embed) parts.push("embed");
      return `#${parts.join("&")}`;
    },
    /* Returns a state, or null where the link holds none; throws where it cannot be read. */
    async read(hash) {
      const [version, ...parts] = hash.replace(/^#/, "").split("&").filter((part) => part !== "embed");
      if (!version || version === "main") return null;
      if (version !== VERSION) throw new Error("another version");
      const found = structuredClone(EMPTY);
      for (const part of parts) {
        const at = part.indexOf("="), key = part.slice(0, at), text = part.slice(at + 1);
        if (key[0] === "e" || key[0] === "k") {
          found.kind = key[0] === "e" ? "expression" : "program";
          found.text = key[1] === "z" ? await unpacked(text) : unescape(text);
        } else if (key === "n") {
          found.numbers = Object.fromEntries(text.split(",").map((one) => one.split(":").map(unescape)));
        } else if (key === "s") found.step = Math.max(0, parseInt(text, 10) || 0);
        else if (key === "h") found.hide = true;
        else {
          const name = Object.keys(KEYS).find((one) => KEYS[one] === key);
          if (name && (KNOWN[name]?.test(unescape(text)) ?? true)) found[name] = unescape(text);
        }
      }
      if (!found.text) throw new Error("no text");
      return found;
    },
    embedded: (hash) => /[#&]embed\b/.test(hash),
  };
})();
