// The names of server-sent events, apart from the schemas: the command line loads these alone.

/** Of `GET /v1/jobs/<id>/events` and `GET /v1/events`: the job after a change (with an id), or on its way (without). */
export const JOB_EVENT = 'job';
/** A job was forgotten: `{id}`. */
export const REMOVED_EVENT = 'removed';
/** The first of `GET /v1/events`: after which change it begins, `{change}`. */
export const OPEN_EVENT = 'open';

/** Events of `POST /v1/models/<id>/pull`: any number of the first, then one of the others. */
export const PULL_PROGRESS_EVENT = 'progress';
export const PULL_DONE_EVENT = 'done';
export const PULL_ERROR_EVENT = 'error';
