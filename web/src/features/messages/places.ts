import type { DepartmentPlace } from '../../api';

/** A line of the picker: what TreeSelect's simple mode takes. */
export interface Line {
  id: string;
  value: string;
  /** The line above; absent at the top. */
  pId?: string;
  title: string;
  /** What stands for it once it is chosen. */
  path: string;
  isLeaf: boolean;
}

/** A department's name with the way to it; the company, which is above everything, is left out. */
export function pathOf({ name, above }: DepartmentPlace): string {
  return [...above.slice(1), name].join(' / ');
}

/** The lines of one level. */
export function levelOf(places: DepartmentPlace[], parentId?: string): Line[] {
  return places.map((place) => ({
    id: place.id,
    value: place.id,
    ...(parentId !== undefined && { pId: parentId }),
    title: place.name,
    path: pathOf(place),
    isLeaf: place.childCount === 0,
  }));
}

/** What a search found, each with the way to it; nothing can be opened there. */
export function foundOf(places: DepartmentPlace[]): Line[] {
  return places.map((place) => ({ id: place.id, value: place.id, title: pathOf(place), path: pathOf(place), isLeaf: true }));
}
