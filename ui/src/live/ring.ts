// A buffer of the latest rows, oldest first, that never holds more than its capacity.

export class Ring<Row> {
  readonly capacity: number;
  private rows: Row[] = [];
  /** How many rows fell out at the old end since the beginning. */
  private fallen = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /** How many rows there were in all; what is held now ends here. */
  get end(): number {
    return this.fallen + this.rows.length;
  }

  /** The place of the oldest row that is still held. */
  get start(): number {
    return Math.max(this.fallen, this.end - this.capacity);
  }

  get length(): number {
    return this.end - this.start;
  }

  push(row: Row): void {
    this.rows.push(row);
    // Cutting off a quarter at a time makes a push cost the same on average, however full it is.
    if (this.rows.length >= this.capacity * 1.25) {
      const cut = this.rows.length - this.capacity;
      this.rows.splice(0, cut);
      this.fallen += cut;
    }
  }

  /** The row at a place counted from the beginning of all; `undefined` if it fell out. */
  at(place: number): Row | undefined {
    return place < this.start ? undefined : this.rows[place - this.fallen];
  }

  /** The latest row. */
  last(): Row | undefined {
    return this.rows.at(-1);
  }

  /** What is held, oldest first: a copy that later pushes do not touch. */
  snapshot(): Row[] {
    return this.rows.slice(this.start - this.fallen);
  }

  clear(): void {
    this.rows = [];
    this.fallen = 0;
  }
}
