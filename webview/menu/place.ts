interface Size {
  readonly width: number;
  readonly height: number;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where a menu opens: right below the point, on its other side where there is no room, and never outside. */
export function placeMenu(at: Point, menu: Size, room: Size): Point {
  const x = at.x + menu.width > room.width ? at.x - menu.width : at.x;
  const y = at.y + menu.height > room.height ? at.y - menu.height : at.y;
  return { x: within(x, room.width - menu.width), y: within(y, room.height - menu.height) };
}

function within(value: number, most: number): number {
  return Math.max(0, Math.min(value, most));
}
