import { expect, test } from 'vitest';
import { nameProxy } from './name-proxy.js';

interface Names {
  readonly [name: string]: Names;
}

function pathProxy(path: string): Names {
  return nameProxy({ at: path, set: () => 'own' }, (name) => pathProxy(`${path}/${name}`)) as Names;
}

const root = pathProxy('');

test('a name that the object does not have leads below, its own members stay', () => {
  expect(root.parameter?.reco?.at).toBe('/parameter/reco');
  expect(root.parameter?.set).toBeInstanceOf(Function);
});

test('it is no promise, so that awaiting it gives itself', async () => {
  expect(root.then).toBeUndefined();
  expect(await (async () => Promise.resolve(root))()).toBe(root);
});

test('what every object has, and symbols, lead nowhere', () => {
  expect(root.constructor).toBe(Object);
  expect(root.__proto__).toBe(Object.prototype);
  expect(Object.prototype.toString.call(root)).toBe('[object Object]');
  expect(Reflect.get(root, Symbol.iterator)).toBeUndefined();
});

test('it can be printed and compared', () => {
  expect(JSON.stringify(root.parameter)).toBe('{"at":"/parameter"}');
  expect(root).toEqual(root);
});

test('assigning, defining and deleting are refused with the call to make instead', () => {
  expect(() => Object.assign(root, { iterations: 20 })).toThrow('await plan.iterations.set(value)');
  expect(() => Reflect.deleteProperty(root, 'iterations')).toThrow('await plan.iterations.clear()');
  expect(() => Object.defineProperty(root, 'x', { value: 1 })).toThrow('Nothing can be defined on a live plan');
  expect(() => Object.assign(root, { at: 'elsewhere' })).toThrow('instead of assigning');
});
