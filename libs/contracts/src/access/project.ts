import { Type } from '../schema.js';

/** To which everything belongs that was made while nobody had to say who they are. */
export const defaultProject = 'default';

/** Lower case, so that no two differ where file systems do not tell cases apart. */
export const projectPattern = '^[a-z0-9][a-z0-9-]{0,62}$';

export const ProjectSchema = Type.String({
  pattern: projectPattern,
  description: 'A project: what it has is seen by its members alone. `default` unless given.',
});

/** The project of what names none: it was made before there were projects, or where nobody has to say who they are. */
export function projectOf({ project = defaultProject }: { readonly project?: string | undefined }): string {
  return project;
}
