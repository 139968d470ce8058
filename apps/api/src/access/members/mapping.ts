import { readFile } from 'node:fs/promises';
import { ProjectSchema, RoleSchema, RondelError, toFailure } from '@rondel/contracts';
import { Check, Errors, Type, type Static } from '@rondel/contracts/schema';
import { parse, TomlError } from 'smol-toml';

const NameSchema = Type.String({ minLength: 1, maxLength: 256 });

/** Who works for which project, as the file of `--access-mapping` says in TOML. */
export const MappingSchema = Type.Object(
  {
    /** Claim that names a person. @default preferred_username */
    name: Type.Optional(NameSchema),
    /** Claim that lists the groups of a person; a dot leads into an object, as in `realm_access.roles`. @default groups */
    groups: Type.Optional(NameSchema),
    members: Type.Array(
      Type.Object(
        {
          /** Exactly as the provider or the proxy writes it; absent for everybody whom that one knows. */
          group: Type.Optional(NameSchema),
          project: ProjectSchema,
          role: RoleSchema,
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 10_000 },
    ),
  },
  { additionalProperties: false },
);
export type Mapping = Readonly<Static<typeof MappingSchema>>;

/** Throws `INVALID_REQUEST` for a file that cannot be read or says anything that no mapping says. */
export async function readMapping(file: string): Promise<Mapping> {
  const refused = (why: string, cause?: unknown) =>
    new RondelError('INVALID_REQUEST', `--access-mapping ${file}: ${why}`, { cause });
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw refused(toFailure(error).message, error);
  });
  const mapping = parsed(text, refused);
  if (Check(MappingSchema, mapping)) return mapping;
  const [first] = Errors(MappingSchema, mapping);
  const at = (first?.instancePath ?? '').slice(1).replaceAll('/', '.') || 'the file';
  throw refused(
    `${at} ${first?.message ?? 'is not right'}. Write [[members]] tables with \`group\`, \`project\` and \`role\`, and above them \`name\` and \`groups\` where claims are called otherwise.`,
  );
}

function parsed(text: string, refused: (why: string, cause?: unknown) => RondelError): unknown {
  try {
    return parse(text, { unsafeKeyBehaviour: 'throw' });
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw refused(`line ${error.line}: ${error.message.split('\n', 1)[0] ?? ''}`, error);
  }
}
