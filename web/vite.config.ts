// Builds the workbench into the Python package. Two builds of one source give the same bytes.
import { defineConfig } from "vite";

const banner =
  "/*! Yugong, Apache-2.0. Contains Apache ECharts (Apache-2.0), zrender (BSD-3-Clause), tslib (0BSD), Preact (MIT); see NOTICE. */";

export default defineConfig({
  root: "src/workbench",
  base: "/",
  publicDir: false,
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: process.env["WORKBENCH_OUT"] ?? "../../../src/yugong/workbench/static",
    emptyOutDir: true,
    target: ["chrome100", "firefox100", "safari15"],
    modulePreload: false,
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 900,
    rolldownOptions: {
      output: {
        postBanner: banner,
        entryFileNames: "workbench.js",
        chunkFileNames: "[name].js",
        assetFileNames: "workbench[extname]",
        codeSplitting: false,
      },
    },
  },
});
