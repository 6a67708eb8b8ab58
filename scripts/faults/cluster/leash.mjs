// Loaded into every process of a cluster (`--import`): it must not outlive whoever started it.
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
// A listener alone would keep a process alive that has nothing left to do.
process.channel?.unref();
