/* Runs Python as the page does, Pyodide and Graphviz and all, in node: for the build, and for tests without a browser.
 * Usage: node node.mjs PYODIDE VIZ PROGRAM FOLDER [ZIP or WHEEL ...]. The program sees the folder as /host, and imports what is in the zips. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [pyodideFolder, vizFolder, program, folder, ...zips] = process.argv.slice(2).map((path) => resolve(path));
const { loadPyodide } = await import(pathToFileURL(`${pyodideFolder}/pyodide.mjs`));
const { instance } = await import(pathToFileURL(`${vizFolder}/dist/viz.js`));
const lock = JSON.parse(readFileSync(`${pyodideFolder}/pyodide-lock.json`, "utf8"));
const python = await loadPyodide({
  indexURL: `${pyodideFolder}/`,
  lockFileContents: JSON.stringify({ info: lock.info, packages: {} }), // nothing is to be had from elsewhere
});
python.registerJsModule("graphviz_js", await instance());
python.mountNodeFS("/host", folder);
const extractDir = python.runPython("import sysconfig; sysconfig.get_path('purelib')"); // wherever the program goes
zips.forEach((zip) => python.unpackArchive(new Uint8Array(readFileSync(zip)), zip.split(".").pop(), { extractDir }));
python.runPython(readFileSync(program, "utf8"), { filename: program });
