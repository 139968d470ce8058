import type { PlanNode, PlanValue } from './plan-value.js';

/**
 * Julia names properties with Greek letters where formulas do; the catalog may spell them out. Both spellings name the
 * same property. The variants `ϵ`, `ϕ`, `ϑ`, `µ` (micro sign) are what Julia's `\epsilon`, `\phi`, `\vartheta` and some
 * keyboards type.
 */
export const greekAliases: Readonly<Record<string, string>> = {
  α: 'alpha',
  β: 'beta',
  γ: 'gamma',
  δ: 'delta',
  ε: 'epsilon',
  ϵ: 'epsilon',
  ζ: 'zeta',
  η: 'eta',
  θ: 'theta',
  ϑ: 'theta',
  ι: 'iota',
  κ: 'kappa',
  λ: 'lambda',
  μ: 'mu',
  µ: 'mu',
  ν: 'nu',
  ξ: 'xi',
  π: 'pi',
  ρ: 'rho',
  σ: 'sigma',
  τ: 'tau',
  υ: 'upsilon',
  φ: 'phi',
  ϕ: 'phi',
  χ: 'chi',
  ψ: 'psi',
  ω: 'omega',
  Γ: 'Gamma',
  Δ: 'Delta',
  Θ: 'Theta',
  Λ: 'Lambda',
  Ξ: 'Xi',
  Π: 'Pi',
  Σ: 'Sigma',
  Φ: 'Phi',
  Ψ: 'Psi',
  Ω: 'Omega',
};

const greekLetters = new RegExp(`[${Object.keys(greekAliases).join('')}]`, 'gu');

/** Nearly all names are spelled so, and comparing names is much of what holding a plan against a catalog takes. */
const plainName = /^[\w.]*$/;

/** The spelling under which names are compared: NFC, Greek letters spelled out (`λ` and `lambda` are one name). */
export function canonicalName(name: string): string {
  if (plainName.test(name)) return name;
  return name.normalize('NFC').replace(greekLetters, (letter) => greekAliases[letter] ?? letter);
}

/** Whether a key of a table is a tag (`_module`, `_listener`) and not a property. */
export function isTag(name: string): boolean {
  return name.startsWith('_');
}

/** The key under which a map holds a property, in whichever spelling. */
export function keyOf(properties: ReadonlyMap<string, unknown>, name: string): string | undefined {
  if (properties.has(name)) return name;
  const wanted = canonicalName(name);
  for (const key of properties.keys()) {
    if (canonicalName(key) === wanted) return key;
  }
  return undefined;
}

/** A property of a node, `undefined` when it is missing. Greek and spelled-out names find the same property. */
export function propertyOf(node: PlanNode, name: string): PlanValue | undefined {
  const key = keyOf(node.properties, name);
  return key === undefined ? undefined : node.properties.get(key);
}
