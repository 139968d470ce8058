import { projectOf } from '@rondel/contracts';
import { useIdentity } from './access-context.js';

/** Whose something is that belongs to another project than whoever looks at it, as only admins do. */
export function OtherProject({ of }: { readonly of: { readonly project?: string | undefined } }) {
  const { project: own } = useIdentity();
  const project = projectOf(of);
  return project === own ? null : <span class="label">project {project}</span>;
}
