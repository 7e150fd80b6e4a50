/** A weight matrix under construction, all zero at first. `rows` are its outputs, `columns` its inputs, as in ggml. */
export class WeightMatrix {
  readonly weights: Float32Array;
  private readonly columns: number;

  constructor(rows: number, columns: number) {
    this.columns = columns;
    this.weights = new Float32Array(rows * columns);
  }

  set(row: number, column: number, weight: number): void {
    this.weights[row * this.columns + column] = weight;
  }

  /** Writes a code into consecutive columns of one row. */
  setInRow(row: number, firstColumn: number, code: Float64Array, factor = 1): void {
    for (const [index, entry] of code.entries()) this.set(row, firstColumn + index, entry * factor);
  }

  /** Writes a code into consecutive rows of one column. */
  setInColumn(firstRow: number, column: number, code: Float64Array, factor = 1): void {
    for (const [index, entry] of code.entries()) this.set(firstRow + index, column, entry * factor);
  }

  /** Makes `length` outputs copies of as many inputs, times a factor. */
  setCopy(firstRow: number, firstColumn: number, copy: { length: number; factor?: number }): void {
    for (let index = 0; index < copy.length; index++) this.set(firstRow + index, firstColumn + index, copy.factor ?? 1);
  }
}
