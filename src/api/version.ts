/** The contract's number: a client works with a daemon whose range holds its own number. */
export const API_VERSION = 1;
