/** How the page is built: hashed names, nothing inline, so that the strict policy of the server holds. */
import { defineConfig } from "vite";

export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: { target: "es2023", assetsInlineLimit: 0, sourcemap: false, chunkSizeWarningLimit: 900 },
  server: { host: "127.0.0.1", port: 5173, proxy: { "/api": "http://127.0.0.1:4180" } },
});
