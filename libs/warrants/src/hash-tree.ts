import { hash } from 'node:crypto';

// One signature for many texts: of all hashes a binary tree is made as in RFC 6962, only its root is signed, and with each text
// goes what it takes to get from its hash to the root. Leaves and nodes are hashed differently, so that none is taken for the
// other.

export interface HashTree {
  readonly root: string;
  /** Of each leaf, from it up: the neighbour, behind `l` where that stands on the left, else behind `r`. */
  readonly paths: readonly (readonly string[])[];
}

const leafOf = (text: string) => hash('sha256', `leaf ${text}`, 'base64url');
const nodeOf = (left: string, right: string) => hash('sha256', `node ${left} ${right}`, 'base64url');

/** @param texts At least one. */
export function hashTree(texts: readonly string[]): HashTree {
  const paths: string[][] = texts.map(() => []);
  // Each node of a level, with the leaves below it.
  let level = texts.map((text, index) => ({ hash: leafOf(text), leaves: [index] }));
  while (level.length > 1) {
    const above: typeof level = [];
    for (let at = 0; at < level.length; at += 2) {
      const [left, right] = [level[at], level[at + 1]];
      if (left && right) {
        for (const leaf of left.leaves) paths[leaf]?.push(`r${right.hash}`);
        for (const leaf of right.leaves) paths[leaf]?.push(`l${left.hash}`);
        above.push({ hash: nodeOf(left.hash, right.hash), leaves: [...left.leaves, ...right.leaves] });
      } else if (left) above.push(left);
    }
    level = above;
  }
  return { root: level[0]?.hash ?? '', paths };
}

export function rootFrom(text: string, path: readonly string[]): string {
  return path.reduce(
    (node, step) => (step.startsWith('l') ? nodeOf(step.slice(1), node) : nodeOf(node, step.slice(1))),
    leafOf(text),
  );
}
