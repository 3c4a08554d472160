import { picture } from "./mandelbrot.js";

export default (n, tools) => picture(n, 1000, tools);
