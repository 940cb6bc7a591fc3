import { CaseId, WorkspaceId } from '../domain/ids.ts';

/** The address of a case, to be put into other systems: it leads to its thread, and tells nobody anything. */
export function caseUrl(publicUrl: string, workspaceId: WorkspaceId, caseId: CaseId): string {
  return new URL(`/c/${workspaceId}/${caseId}`, publicUrl).href;
}

/** The case that an address of ours names; null for any other address. */
export function caseOfUrl(
  publicUrl: string,
  url: string,
): { workspaceId: WorkspaceId; caseId: CaseId } | null {
  if (!URL.canParse(url) || new URL(url).origin !== new URL(publicUrl).origin) {
    return null;
  }
  const [, workspaceId, caseId] = /^\/c\/([^/]+)\/([^/]+)$/u.exec(new URL(url).pathname) ?? [];
  return idsOf(workspaceId, caseId);
}

/** What the two parts of such an address name; null when they name nothing. */
export function idsOf(workspaceId: string | undefined, caseId: string | undefined) {
  const workspace = WorkspaceId.safeParse(workspaceId);
  const careCase = CaseId.safeParse(caseId);
  return workspace.success && careCase.success
    ? { workspaceId: workspace.data, caseId: careCase.data }
    : null;
}
