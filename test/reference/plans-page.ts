import type { DocumentedSchema } from '@rondel/api';
import type { Catalog, CatalogRemoteResolver } from '@rondel/contracts';
import { readableFormats, writableFormats } from '@rondel/formats';
import { code, pageOf, sentence, tableOf } from './markdown.js';
import { typeWords } from './schema-words.js';

const tags = [
  ['`_module`', 'The module that has the node type. May be left out where its parent says it.'],
  [
    '`_type`',
    'The node type, as `RecoPlan{T}` or `T`. With `Type` and `_value` it is the name of a type, else the name of a function.',
  ],
  ['`_value`, `_uniontype`, `_unionmodule`', 'A field of a union type in Julia, read as the value it holds.'],
  ['`_listener`', 'Properties that follow others, by `LinkedPropertyListener`, until they are set.'],
  ['`_remote`', 'A remote value: the rest of the table says where the value is. See [below](#remote-values).'],
  ['an empty table', 'Nothing (`null`), where a missing property is not set at all.'],
];

const references = [
  ['`artifact:sha256-HEX`', 'What was uploaded or computed, by the hash of its bytes.'],
  ['`job:ID`', 'The result of another job. Waits for it and fails with it.'],
  ['`root://NAME/path`', 'A file in a data root of the workers.'],
  [
    '`root://NAME/folder/proj_*.tif`',
    'A stack of TIFF files there, one image each; a folder is all `.tif` files in it.',
  ],
  ['`...#/path`', 'One dataset of the file.'],
  ['`...?axes=angle,slice,detector`', 'The axes of the array, slowest first; `-slice` for one in reverse.'],
  ['`...?unit=deg`', 'The unit of angles.'],
  [
    '`...?theta=0:180`',
    'Angles of the first and the last projection in degrees, evenly spaced between, where the file has none; of a stack with gaps by the numbers of its files.',
  ],
  [
    '`...?name=frames.h5`',
    'What the file is called: links to other files find one of several, `linked`, `linked2` and so on, by its name.',
  ],
  [
    '`...?slice=100:200`',
    'These slices, from 0, the last one not included; what is left out is not read. Likewise `detector=`.',
  ],
  ['`...?angle=0:1800:10`', 'These projections, every tenth.'],
  ['`...?skip=3,20:30`', 'All projections but these.'],
  [
    '`...?binning=2`',
    'Means of 2 x 2 pixels of what is taken; `binning=4x1` of bins x slices, `binning=2x2x3` of projections as well. What is left over at the end of an axis is not taken.',
  ],
];

/** Plan files, built-in plans, remote values, and what data is read and written as. */
export function plansPage({
  plans,
  remoteResolvers = [],
  linkFunctions = [],
  workerLinkFunctions = [],
}: Catalog): string {
  return pageOf(
    'Plans and files',
    '## Plan files',
    'A plan is TOML, or the same tree as JSON. Names that begin with `_` are tags; everything else is a property or a node. Files of `savePlan` in Julia load as they are. Angles are radians unless a property is named otherwise, and indices count from 1.',
    tableOf(['tag', 'meaning'], tags),
    `A property may follow another one through one of these functions: ${linkFunctions.map(code).join(', ')}.`,
    onWorkers(workerLinkFunctions),
    '## Setting properties',
    '`--set name=value`, and `parameters` over REST, set a bare name on every node that has it, and a dotted path in one place. Values are TOML (`5`, `true`, `[1, 2]`, `{...}`), anything else is a string. A name that no node has, or a value of the wrong type, refuses the job with the nearest names.',
    '## Built-in plans',
    ...plans.flatMap(({ name, description, toml }) => [
      `### ${code(name)}`,
      sentence(description),
      `\`\`\`toml\n${toml.trim()}\n\`\`\``,
    ]),
    '## Remote values',
    'Instead of a value, a plan may have a table with `_remote` and these fields. The worker that runs the step reads it.',
    ...remoteResolvers.map(resolverPart),
    '## Data references',
    'Several are a table, on the command line `name=REF`.',
    tableOf(['reference', 'is'], references),
    '## Formats',
    `Data is read from ${Object.values(readableFormats)
      .map(({ advice }) => advice)
      .join(', ')}. The content tells the format, not the name.`,
    tableOf(
      ['`format`', 'file', 'media type'],
      Object.entries(writableFormats).map(([name, { extension, mediaType }]) => [
        code(name),
        code(extension),
        code(mediaType),
      ]),
    ),
  );
}

function resolverPart({ name, description, schema }: CatalogRemoteResolver): string {
  const { properties = {}, required = [] } = schema as DocumentedSchema;
  const rows = Object.entries(properties).map(([field, child]) => [
    code(field),
    required.includes(field) ? 'yes' : '',
    typeWords(child),
    sentence(child.description),
  ]);
  return [
    `### ${code(`_remote = "${name}"`)}`,
    sentence(description),
    tableOf(['field', 'needed', 'type', 'meaning'], rows),
  ].join('\n\n');
}

/** Those of packages are there a second time with their module. */
function onWorkers(names: readonly string[]): string {
  const bare = names.filter((name) => !name.includes('.')).map(code);
  if (bare.length === 0) return '';
  return `These need a file that only the worker has, so the property is left open and the step takes what the file says: ${bare.join(', ')}.`;
}
