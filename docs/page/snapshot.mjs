/* Starts the page's Python at build time, lets it import and draw, and writes its memory down: a page that begins from there
 * imports nothing. What is in the memory is left out of the zips; the Python whose memory it is has seen those. Clock and chance
 * stand still meanwhile, so that the same sources give the same bytes.
 * Usage: node snapshot.mjs PYODIDE VIZ PYTHON FOLDER STDLIB CHAINRULE; writes memory.bin, stdlib.zip and chainrule.zip. */
import crypto from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [pyodideFolder, vizFolder, programs, folder, stdlib, chainrule] = process.argv.slice(2).map((path) => resolve(path));
const { loadPyodide } = await import(pathToFileURL(`${pyodideFolder}/pyodide.mjs`));
const { instance } = await import(pathToFileURL(`${vizFolder}/dist/viz.js`));
const lock = JSON.parse(readFileSync(`${pyodideFolder}/pyodide-lock.json`, "utf8"));
const viz = await instance();
crypto.randomFillSync = (bytes) => bytes.fill(1);
Date.now = performance.now = () => 0;

function run(python, name) {
  try {
    python.runPython(readFileSync(`${programs}/${name}`, "utf8"), { filename: name });
  } catch ({ message }) { // nothing but what Python says
    console.error(message);
    process.exit(1);
  }
}
async function imported() {
  const python = await loadPyodide({
    indexURL: `${pyodideFolder}/`, stdLibURL: stdlib, _makeSnapshot: true,
    lockFileContents: JSON.stringify({ info: lock.info, packages: {} }),
  });
  python.FS.writeFile("/lib/chainrule.zip", readFileSync(chainrule));
  python.registerJsModule("graphviz_js", viz);
  run(python, "snapshot.py");
  python.unregisterJsModule("graphviz_js"); // each page registers its own
  return python;
}
const first = await imported();
run(first, "rest.py");
const python = await imported();
const library = python.runPython("import sys; next(path for path in sys.path if path.endswith('.zip'))");
for (const [given, path] of [[stdlib, library], [chainrule, "/lib/chainrule.zip"]]) {
  const rest = first.FS.readFile(path);
  python.FS.writeFile(path, rest);
  writeFileSync(`${folder}/${basename(given)}`, rest);
}
python.runPython(`
import gc, importlib.util
importlib.invalidate_caches()
importlib.util.find_spec("anything")  # it reads what the zips hold now
gc.collect()`);
writeFileSync(`${folder}/memory.bin`, python.makeMemorySnapshot({ serializer: () => null }));
process.exit(0);
