/** A column of a table of rows, see row-table.ts. */
export interface Column {
  readonly label: string;
  readonly className?: string;
  /**
   * Where a table leaves it out: `wide` is for 1000 pixels and more, `medium` for 800 and more;
   * `between` stands in for wide ones from 560 to 999. Blocks have all but the latter.
   */
  readonly room?: 'wide' | 'medium' | 'between';
}
