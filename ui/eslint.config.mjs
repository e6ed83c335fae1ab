// What the compiler does not check: hooks and likely mistakes. Accessibility is checked by
// axe on the drawn pages, in the end-to-end tests.
import js from "@eslint/js";
import reactHooks from "eslint-plugin-react-hooks";
import { globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

export default tseslint.config(
  globalIgnores(["dist", "src/api/schema.ts"]),
  js.configs.recommended,
  tseslint.configs.strict,
  reactHooks.configs.flat.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      eqeqeq: "error",
      "no-console": "error",
      "no-shadow": "error",
      // The virtualised lists use a hook that the React compiler cannot look into; we do not use that compiler.
      "react-hooks/incompatible-library": "off",
    },
  },
  {
    files: ["tools/**"],
    languageOptions: { globals: { console: "readonly", process: "readonly", URL: "readonly" } },
    rules: { "no-console": "off" },
  },
);
