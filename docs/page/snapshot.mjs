/* Starts the page's Python once, at build time, lets it import and draw, and writes its memory down: a page that begins from
 * there imports nothing. Clock and chance stand still meanwhile, so that the same sources give the same bytes.
 * Usage: node snapshot.mjs PYODIDE VIZ PROGRAM OUT STDLIB CHAINRULE */
import crypto from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [pyodideFolder, vizFolder, program, out, stdlib, chainrule] = process.argv.slice(2).map((path) => resolve(path));
const { loadPyodide } = await import(pathToFileURL(`${pyodideFolder}/pyodide.mjs`));
const { instance } = await import(pathToFileURL(`${vizFolder}/dist/viz.js`));
const lock = JSON.parse(readFileSync(`${pyodideFolder}/pyodide-lock.json`, "utf8"));
const viz = await instance();
crypto.randomFillSync = (bytes) => bytes.fill(1);
Date.now = performance.now = () => 0;
const python = await loadPyodide({
  indexURL: `${pyodideFolder}/`, stdLibURL: stdlib, _makeSnapshot: true,
  lockFileContents: JSON.stringify({ info: lock.info, packages: {} }),
});
python.FS.writeFile("/lib/chainrule.zip", readFileSync(chainrule));
python.registerJsModule("graphviz_js", viz);
try {
  python.runPython(readFileSync(program, "utf8"), { filename: program });
} catch ({ message }) { // nothing but what Python says
  console.error(message);
  process.exit(1);
}
python.unregisterJsModule("graphviz_js"); // each page registers its own
writeFileSync(out, python.makeMemorySnapshot({ serializer: () => null }));
process.exit(0);
