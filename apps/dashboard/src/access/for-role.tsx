import type { Role } from '@rondel/contracts';
import type { ComponentChildren } from 'preact';
import { useMay } from './access-context.js';

/** What only those see who may use it. */
export function ForRole({ role, children }: { readonly role: Role; readonly children: ComponentChildren }) {
  return useMay(role) ? <>{children}</> : null;
}
