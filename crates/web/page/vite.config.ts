import { defineConfig } from "vite";

// The built files have fixed names and are the same on every machine, because they are committed.
export default defineConfig({
  base: "./",
  build: {
    outDir: "dist",
    assetsDir: ".",
    target: "es2022",
    modulePreload: false,
    reportCompressedSize: false,
    rollupOptions: {
      output: { entryFileNames: "page.js", chunkFileNames: "[name].js", assetFileNames: "page.[ext]" },
    },
  },
  server: { proxy: { "/api": "http://127.0.0.1:8058" } },
});
