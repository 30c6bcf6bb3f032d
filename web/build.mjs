// Builds the report's script and style into the Python package. Two builds of one source give the same bytes.
import { build } from "esbuild";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const out = process.argv[2] ?? new URL("../src/yugong/report/static/", import.meta.url).pathname;
await build({
  entryPoints: ["src/report.ts", "src/report.css"],
  outdir: out,
  bundle: true,
  minify: true,
  charset: "utf8",
  legalComments: "none",
  target: ["chrome100", "firefox100", "safari15"],
  define: { "process.env.NODE_ENV": '"production"' },
  logLevel: "info",
});
const file = join(out, "report.js");
const script = readFileSync(file, "utf8");
if (/<\/script|<!--/i.test(script)) throw new Error("the bundle would end its own script element");
const banner = "/*! Yugong, Apache-2.0. Contains Apache ECharts (Apache-2.0), zrender (BSD-3-Clause), tslib (0BSD); see NOTICE. */\n";
writeFileSync(file, banner + script);
