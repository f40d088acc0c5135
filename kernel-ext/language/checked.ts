// What the session asks for a cell: a checker that fails costs the check, not the cell.
import type { Prepared, PrepareRequest } from "./language.ts";

interface Preparer {
  prepare(request: PrepareRequest): Promise<Prepared>;
}

export async function prepareAnyhow(language: Preparer, request: PrepareRequest): Promise<Prepared> {
  try {
    return await language.prepare(request);
  } catch (error) {
    const unchecked = await language.prepare({ ...request, unchecked: true });
    const warning = `The type checker failed, so this cell ran unchecked: ${String(error)}`;
    return "problems" in unchecked ? unchecked : { ...unchecked, warning };
  }
}
