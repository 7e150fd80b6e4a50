/** What scrolls: its blocks, how high all of it is, and how much is seen, in pixels. */
export interface Scrolled {
  /** Where each block begins, from 0, and where the last one ends: one more than there are blocks. */
  readonly edges: readonly number[];
  readonly height: number;
  readonly windowHeight: number;
}

/**
 * Where `follower` must be scrolled to show what `leader` shows. What counts is a line that moves from the top of the
 * window to its end as one scrolls, so that both are at their begin together, and at their end. That line is at the same
 * block in both; with another number of blocks, at the same share of them.
 */
export function followingTop(leader: Scrolled & { readonly top: number }, follower: Scrolled): number {
  const room = leader.height - leader.windowHeight;
  const target = follower.height - follower.windowHeight;
  if (room <= 0 || target <= 0) return 0;
  const share = blockPosition(leader.edges, (leader.top * leader.height) / room);
  const line = lineAt(follower.edges, share);
  return Math.min(target, Math.max(0, (line * target) / follower.height));
}

/** How many of all blocks are above a line, as a share from 0 to 1. */
function blockPosition(edges: readonly number[], line: number): number {
  const blocks = edges.length - 1;
  const [first = 0] = edges;
  if (blocks < 1 || line <= first) return 0;
  const at = edges.findLastIndex((edge) => edge <= line);
  if (at >= blocks) return 1;
  const [from = 0, to = 0] = edges.slice(at, at + 2);
  return (at + (line - from) / (to - from)) / blocks;
}

/** The line that has this share of the blocks above it; the reverse of `blockPosition`. */
function lineAt(edges: readonly number[], share: number): number {
  const blocks = edges.length - 1;
  if (share >= 1) return edges.at(-1) ?? 0;
  const at = Math.floor(share * blocks);
  const [from = 0, to = 0] = edges.slice(at, at + 2);
  return from + (share * blocks - at) * (to - from);
}
