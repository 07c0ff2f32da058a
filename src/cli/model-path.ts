// Where a model is found on the daemon.

export function pathOfModel(id: string): string {
  return `/v1/models/${encodeURIComponent(id)}`;
}
