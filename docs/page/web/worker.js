/* The engine's thread: Python and Graphviz start here from the bytes that the page hands over, part by part, and answer one
 * question at a time. It asks nobody for anything: what Pyodide would fetch is already here, and everything else is refused.
 *
 * On file:// a browser runs no worker but a classic one made of a Blob; Pyodide looks for `importScripts` to refuse those, so
 * there is none. Its other files come as Blobs, too. Python begins from the memory that the build wrote down (snapshot.mjs), with
 * everything imported. The largest parts set the time: WebAssembly is compiled while the browser still reads the others, and a
 * second thread of this kind unpacks the memory meanwhile. These are private seams of Pyodide: its version is pinned. */
const NOWHERE = "https://here.invalid/";
const REHEARSALS = 10, PAUSE = 100; // milliseconds between two
self.importScripts = () => { throw new Error("There are no scripts but those of the page."); };
const told = (step) => self.postMessage({ progress: step });
const opened = (packed, type = "application/octet-stream") =>
  new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip")), { headers: { "Content-Type": type } });
const parts = new Map();
function part(name) { // what comes, and how to hand it over
  if (!parts.has(name)) parts.set(name, Promise.withResolvers());
  return parts.get(name);
}
const unpacked = async (name, type) => opened(await part(name).promise, type);
let ask = null, python = null, turn = Promise.resolve();

self.onmessage = ({ data }) => {
  if (data.part) part(data.part).resolve(data.bytes);
  else turn = turn.then(() => take(data));
};
async function take(data) {
  try {
    if (data.start) await start(data.start);
    else if (data.unpack) await unpack(data.unpack, data.bytes);
    else if (data.arrays) for (const [name, bytes] of Object.entries(data.arrays)) python.unpackArchive(bytes, name.split(".").pop());
    else self.postMessage({ id: data.id, answer: JSON.parse(ask(JSON.stringify(data.question))) });
  } catch (error) {
    self.postMessage({ id: data.id, died: String(error && error.message || error) });
  }
}
async function unpack(name, packed) {
  const bytes = await opened(packed).arrayBuffer();
  self.postMessage({ part: name, bytes }, [bytes]);
}

async function start({ memory }) {
  const compiled = WebAssembly.compileStreaming(unpacked("pyodide.asm.wasm", "application/wasm"));
  WebAssembly.instantiateStreaming = async (response, imports) => {
    const module = await compiled;
    return { module, instance: await WebAssembly.instantiate(module, imports) };
  };
  self.fetch = async (address) => {
    const name = String(address).replace(NOWHERE, "");
    if (name === "stdlib.zip") return new Response(await part(name).promise);
    if (name !== "pyodide.asm.wasm") throw new Error("This page asks nobody for anything.");
  };
  const module = async (name) => import(URL.createObjectURL(await (await unpacked(name, "text/javascript")).blob()));
  const [{ loadPyodide }, { default: create }, { instance }] = await Promise.all(["pyodide.mjs", "pyodide.asm.mjs", "viz.mjs"].map(module));
  told("python");
  const remembered = new Uint8Array(memory.size);
  const filled = Promise.all(memory.pieces.map(async ([name, start]) => remembered.set(new Uint8Array(await part(name).promise), start)));
  async function createPyodideModule(settings) {
    const made = await create(settings);
    await filled;
    const heap = remembered.length - new Uint32Array(remembered.buffer)[1]; // what lies behind its head
    if (made.HEAP8.length < heap) made._free(made._malloc(heap)); // it may be more than what a Python begins with
    return made;
  }
  const [viz, started] = await Promise.all([
    instance(),
    loadPyodide({
      createPyodideModule, _loadSnapshot: remembered, _snapshotDeserializer: () => null,
      indexURL: NOWHERE, stdLibURL: `${NOWHERE}stdlib.zip`, lockFileContents: await (await unpacked("lock.json")).text(),
      stdout: () => {}, stderr: () => {},
    }),
  ]);
  python = started;
  told("engine");
  python.registerJsModule("graphviz_js", viz);
  python.FS.writeFile("/lib/chainrule.zip", await part("chainrule.zip").promise); // for what is imported later
  python.pyimport("random").seed(); // chance was remembered, too
  const { answer, rehearse } = python.pyimport("bridge");
  ask = (question) => answer(question, (printed) => self.postMessage({ printed }));
  self.postMessage({ ready: true });
  rehearsed(rehearse, REHEARSALS);
}
/* A browser compiles each function of WebAssembly when it is first called: so they are called while nobody waits. A rehearsal
 * that fails, by what a reader's program has changed, say, is of no consequence. */
function rehearsed(rehearse, left) {
  if (left) setTimeout(() => { try { rehearse(left); } catch { return; } rehearsed(rehearse, left - 1); }, PAUSE);
}
