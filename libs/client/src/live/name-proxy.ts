import { RondelError } from '@rondel/contracts';

/**
 * An object whose further properties are what `below` gives for their names. Its own members win, and so do those that
 * every object has; it is no promise and has no JSON form of its own.
 */
export function nameProxy(own: object, below: (name: string) => object): object {
  return new Proxy(Object.freeze(own), {
    get(target, name, receiver) {
      if (typeof name === 'symbol' || name in target || name === 'then' || name === 'toJSON') {
        return Reflect.get(target, name, receiver) as unknown;
      }
      return below(name);
    },
    set: (_, name) =>
      refuse(`Write \`await plan.${String(name)}.set(value)\` with the full path instead of assigning.`),
    defineProperty: (_, name) => refuse(`Nothing can be defined on a live plan, such as ${String(name)}.`),
    deleteProperty: (_, name) => refuse(`Write \`await plan.${String(name)}.clear()\` with the full path instead.`),
  });
}

function refuse(sentence: string): never {
  throw new RondelError('INVALID_REQUEST', `A live plan lies on a server. ${sentence}`);
}
