/** Both sorted, without repetition; uses without keywords and names of one character. */
export interface Names {
  /** The names of what the outline lists, nested too: the bare last identifier of each. */
  readonly defines: readonly string[];
  /** What stands anywhere outside comments and strings, declarations included. */
  readonly uses: readonly string[];
}
