/** Vitest started by a test, on files inside this package. */

/**
 * The text of its configuration. The package's own `dist` is outside node_modules there: Vitest would transform each of its
 * files, as it never does for a user, and which takes longer than all the rest.
 *
 * @param test the other settings of `test`, as code
 */
export function configInside(test: string): string {
  return `export default { test: { ${test}, server: { deps: { external: [/\\/dist\\//] } } } };`;
}
