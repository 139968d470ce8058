/**
 * TypeBox, as far as we use it. It consists of some 700 modules, whose opening takes Node.js a quarter of a second in every
 * process, so the build replaces this file in `dist` by one that has them all. Lint keeps other imports of TypeBox out.
 */
export { Type, type Static, type TObject, type TSchema } from 'typebox';
export { Compile } from 'typebox/compile';
export { Check, Errors } from 'typebox/value';
