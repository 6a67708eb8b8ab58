const PORT_FAULTS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is taken',
  EACCES: 'is not for this user to listen on',
};

const HOST_FAULTS: Readonly<Record<string, string>> = {
  EADDRNOTAVAIL: 'is no address of this machine',
  ENOTFOUND: 'is not known',
  EAI_AGAIN: 'is not known at the moment',
};

/** What of the configuration keeps a server from listening on the port, in words; null where the error is about something else. */
export function listenFault(error: unknown, port: number): string | null {
  const { code, syscall } = error as { code?: unknown; syscall?: unknown };
  if (typeof code !== 'string' || (syscall !== 'listen' && syscall !== 'getaddrinfo')) return null;
  if (Object.hasOwn(PORT_FAULTS, code)) return `PORT ${String(port)} ${PORT_FAULTS[code] ?? ''} (${code})`;
  return `HOST ${HOST_FAULTS[code] ?? 'cannot be listened on'} (${code})`;
}
