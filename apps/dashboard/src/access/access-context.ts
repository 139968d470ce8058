import { localIdentity, roleCovers, type Identity, type Role } from '@rondel/contracts';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';

export const AccessContext = createContext<Identity>(localIdentity);

/** Who the server takes this browser for. */
export function useIdentity(): Identity {
  return useContext(AccessContext);
}

/** Whether this browser may what needs a role. */
export function useMay(needed: Role): boolean {
  return roleCovers(useIdentity().role, needed);
}

/** Whether people say here who they are. */
export function isAsked({ via }: Identity): boolean {
  return via !== 'none';
}
