import { readdir, readFile, readlink, realpath } from 'node:fs/promises';
import path from 'node:path';

/**
 * The id of the process that holds the lock of a data directory: the one whose socket listens in `lock`.
 * Null where that can't be told: on other systems than Linux, in other containers, for other users' processes.
 */
export async function holderOf(dataDir: string): Promise<number | null> {
  try {
    const locks = path.join(await realpath(dataDir), 'lock') + path.sep;
    const inodes = (await readFile('/proc/net/unix', 'utf8')).split('\n').flatMap((line) => {
      const [, , , , , , inode, ...name] = line.trim().split(/ +/u);
      return inode !== undefined && name.join(' ').startsWith(locks) ? [`socket:[${inode}]`] : [];
    });
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/u.test(name));
    for (const pid of pids) {
      const open = await openFiles(pid);
      if (inodes.some((inode) => open.includes(inode))) {
        return Number(pid);
      }
    }
    return null;
  } catch {
    return null;
  }
}

async function openFiles(pid: string): Promise<string[]> {
  const dir = `/proc/${pid}/fd`;
  try {
    const links = (await readdir(dir)).map((name) => readlink(path.join(dir, name)));
    return (await Promise.allSettled(links)).flatMap((link) =>
      link.status === 'fulfilled' ? [link.value] : [],
    );
  } catch {
    return [];
  }
}
