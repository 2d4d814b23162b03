import type { Department } from '../../api';

/** The departments by what is above and below each. One whose parent is not there counts as a root. */
export class Branches {
  readonly roots: Department[] = [];
  private readonly byId = new Map<string, Department>();
  private readonly below = new Map<string, Department[]>();

  constructor(departments: Department[]) {
    for (const department of departments) this.byId.set(department.id, department);
    for (const department of departments) {
      const parent = department.parentId;
      if (parent === undefined || !this.byId.has(parent)) this.roots.push(department);
      else this.below.set(parent, [...(this.below.get(parent) ?? []), department]);
    }
  }

  /** How many there are. */
  get size(): number {
    return this.byId.size;
  }

  get(id: string | undefined): Department | undefined {
    return id === undefined ? undefined : this.byId.get(id);
  }

  /** The one that was brought in from this department of DingTalk's. */
  fromDingTalk(deptId: string): Department | undefined {
    return [...this.byId.values()].find(({ dingtalkDeptId }) => dingtalkDeptId === deptId);
  }

  children(id: string): Department[] {
    return this.below.get(id) ?? [];
  }

  /** From the root down to the department itself. */
  path(id: string): Department[] {
    const path: Department[] = [];
    let here = this.byId.get(id);
    // A circle cannot be longer than there are departments.
    while (here && path.length < this.byId.size) {
      path.unshift(here);
      here = this.get(here.parentId);
    }
    return path;
  }

  /** The ids of everything whose name contains the text, with all that is above them. */
  matching(text: string): { found: Set<string>; shown: Set<string> } {
    const wanted = text.trim().toLocaleLowerCase();
    const found = new Set<string>();
    const shown = new Set<string>();
    for (const department of this.byId.values()) {
      if (!department.name.toLocaleLowerCase().includes(wanted)) continue;
      found.add(department.id);
      for (const { id } of this.path(department.id)) shown.add(id);
    }
    return { found, shown };
  }
}
