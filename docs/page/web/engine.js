/* The page's side of the engine: it collects what the engine is made of, starts its thread, asks it one question after the
 * other, stops it and lets it be born again. It knows nothing of what is asked. */
const engine = (() => {
  const DATA = JSON.parse(document.getElementById("data").textContent);
  const listeners = { progress: [], printed: [], died: [], ready: [] };
  const tell = (name, ...what) => listeners[name].forEach((act) => act(...what));
  const assets = {}, waiting = new Map();
  let worker = null, ready = null, count = 0, hasArrays = false;

  /* Returns the element of a part, once the browser has read it to its end. */
  const element = (name) => new Promise((resolve) => {
    const look = () => {
      const found = document.querySelector(`[data-asset="${name}"]`);
      if (!found?.nextSibling) return;
      seen.disconnect();
      resolve(found);
    };
    const seen = new MutationObserver(look);
    seen.observe(document.body, { childList: true });
    look();
  });
  /* Returns the bytes of a part, still packed. */
  async function asset(name, progressed) {
    const { file, size } = DATA.assets[name];
    if (DATA.inside) {
      const found = await element(name), text = found.textContent;
      found.textContent = ""; // twenty megabytes of letters need not stay
      progressed(size);
      return Uint8Array.fromBase64?.(text) ?? Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    }
    const response = await fetch(file);
    if (!response.ok) throw new Error(`${file}: ${response.status}`);
    const counted = new TransformStream({ transform(part, control) { progressed(part.byteLength); control.enqueue(part); } });
    return new Uint8Array(await new Response(response.body.pipeThrough(counted)).arrayBuffer());
  }
  const isArray = (name) => name.endsWith(".whl");
  /* Fetches those parts that are not here yet; hands over each part as it comes. */
  async function collect(names, { hand = () => {}, quiet = false } = {}) {
    const wanted = names.filter((name) => !(name in assets)), whole = wanted.reduce((sum, name) => sum + DATA.assets[name].size, 0);
    let done = 0;
    await Promise.all(names.map(async (name) => {
      assets[name] ??= await asset(name, (more) => { done += more; if (!quiet) tell("progress", "load", done / whole); });
      hand(name, assets[name]);
    }));
  }
  const needed = Object.keys(DATA.assets).filter((name) => !isArray(name) && name !== "qr.mjs");
  const isMemory = (name) => name.startsWith("memory.");
  const memory = { size: 0, pieces: [] };
  for (const name of needed.filter(isMemory)) {
    memory.pieces.push([name, memory.size]);
    memory.size += DATA.assets[name].raw;
  }
  const thread = () => new Worker(URL.createObjectURL(new Blob([DATA.worker], { type: "text/javascript" })));

  async function start() {
    const begun = worker = thread(), unpacker = thread();
    hasArrays = false;
    const started = new Promise((resolve, reject) => {
      begun.onerror = unpacker.onerror = (event) => { event.preventDefault(); reject(new Error(event.message || "The engine's thread did not start.")); };
      begun.onmessage = ({ data }) => {
        if (data.progress) tell("progress", data.progress);
        else if (data.printed) tell("printed", data.printed);
        else if (data.ready) resolve();
        else if (data.died && data.id === undefined) reject(new Error(data.died));
        else if (data.died) end(data.died);
        else {
          const { resolve: answered } = waiting.get(data.id) ?? {};
          waiting.delete(data.id);
          answered?.(data.answer);
        }
      };
      unpacker.onmessage = ({ data }) => {
        if (data.part) begun.postMessage(data, [data.bytes]);
        else reject(new Error(data.died));
      };
    });
    begun.postMessage({ start: { memory } });
    const handed = collect(needed, {
      hand: (name, bytes) => (isMemory(name) ? unpacker.postMessage({ unpack: name, bytes }) : begun.postMessage({ part: name, bytes })),
    });
    await Promise.all([started, handed]);
    unpacker.terminate();
    begun.onerror = (event) => { event.preventDefault(); end(event.message); };
    tell("ready");
  }
  /* Ends the thread; whoever waits is told why, and a new one starts at once. */
  function end(why) {
    worker.terminate();
    const left = [...waiting.values()];
    waiting.clear();
    ready = start();
    tell("died", why);
    left.forEach(({ resolve }) => resolve({ stopped: why }));
  }
  return {
    data: DATA,
    on: (name, act) => listeners[name].push(act),
    start: () => (ready ??= start()),
    busy: () => waiting.size > 0,
    stop: () => end(""),
    async ask(question) {
      await engine.start();
      const wheels = Object.keys(DATA.assets).filter(isArray);
      if (question.kind === "program" && !hasArrays && wheels.length && /\b(nn|numpy|record|Program)\b/.test(question.text)) {
        await collect(wheels);
        worker.postMessage({ arrays: Object.fromEntries(wheels.map((name) => [name, assets[name]])) });
        hasArrays = true;
      }
      const id = count += 1;
      return new Promise((resolve) => {
        waiting.set(id, { resolve });
        worker.postMessage({ id, question });
      });
    },
    async library(name) { // a small one of the page's own, such as the QR code's
      await collect([name], { quiet: true });
      const opened = new Blob([assets[name]]).stream().pipeThrough(new DecompressionStream("gzip"));
      return import(URL.createObjectURL(await new Response(opened, { headers: { "Content-Type": "text/javascript" } }).blob()));
    },
  };
})();
