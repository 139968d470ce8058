export type Shape3D = [number, number, number];
