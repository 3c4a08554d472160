;; The reader's CPU beside the GPU: what each of the page's workers computes, four numbers at a time (SIMD).
;; Written by hand. `python -m survival.site.wasm` assembles it into measure-cpu.wasm.
(module
  (memory (export "memory") 1)

  ;; c[i] = a[i] + b[i], float32. `bytes` is the length of each array; addresses are in bytes, too.
  (func (export "add") (param $a i32) (param $b i32) (param $c i32) (param $bytes i32)
    (local $end i32)
    (local.set $end (i32.add (local.get $a) (local.get $bytes)))
    (block $done
      (loop $more  ;; eight at a time: what lies behind the end of an array is room that nobody reads
        (br_if $done (i32.ge_u (local.get $a) (local.get $end)))
        (v128.store (local.get $c)
          (f32x4.add (v128.load (local.get $a)) (v128.load (local.get $b))))
        (v128.store offset=16 (local.get $c)
          (f32x4.add (v128.load offset=16 (local.get $a)) (v128.load offset=16 (local.get $b))))
        (local.set $a (i32.add (local.get $a) (i32.const 32)))
        (local.set $b (i32.add (local.get $b) (i32.const 32)))
        (local.set $c (i32.add (local.get $c) (i32.const 32)))
        (br $more))))

  ;; The counts of a picture, 32-bit: x (width,), y (height,), float32; width a multiple of eight.
  ;; Eight pixels walk together, in two vectors, so that one's arithmetic fills the other's waiting time.
  (func (export "escape") (param $x i32) (param $y i32) (param $counts i32)
      (param $width i32) (param $height i32) (param $iterations i32)
    (local $row i32) (local $column i32) (local $end i32) (local $k i32)
    (local $ci v128) (local $four v128)
    (local $cr v128) (local $r v128) (local $m v128) (local $r2 v128) (local $m2 v128) (local $n v128) (local $in v128)
    (local $cr' v128) (local $r' v128) (local $m' v128) (local $r2' v128) (local $m2' v128) (local $n' v128) (local $in' v128)
    (local.set $four (f32x4.splat (f32.const 4)))
    (local.set $end (i32.add (local.get $x) (i32.mul (local.get $width) (i32.const 4))))
    (block $drawn
      (loop $rows
        (br_if $drawn (i32.ge_u (local.get $row) (local.get $height)))
        (local.set $ci (v128.load32_splat (local.get $y)))
        (local.set $column (local.get $x))
        (loop $columns
          (local.set $cr (local.tee $r (v128.load (local.get $column))))
          (local.set $cr' (local.tee $r' (v128.load offset=16 (local.get $column))))
          (local.set $m (local.tee $m' (local.get $ci)))
          (local.set $n (local.tee $n' (v128.const i32x4 0 0 0 0)))
          (local.set $k (local.get $iterations))
          (block $left
            (loop $steps
              (br_if $left (i32.eqz (local.get $k)))
              (local.set $k (i32.sub (local.get $k) (i32.const 1)))
              ;; Who is at most 2 away from zero? All ones where so, which is -1: taken off, it counts.
              (local.set $r2 (f32x4.mul (local.get $r) (local.get $r)))
              (local.set $r2' (f32x4.mul (local.get $r') (local.get $r')))
              (local.set $m2 (f32x4.mul (local.get $m) (local.get $m)))
              (local.set $m2' (f32x4.mul (local.get $m') (local.get $m')))
              (local.set $in (f32x4.le (f32x4.add (local.get $r2) (local.get $m2)) (local.get $four)))
              (local.set $in' (f32x4.le (f32x4.add (local.get $r2') (local.get $m2')) (local.get $four)))
              (br_if $left (i32.eqz (v128.any_true (v128.or (local.get $in) (local.get $in')))))
              (local.set $n (i32x4.sub (local.get $n) (local.get $in)))
              (local.set $n' (i32x4.sub (local.get $n') (local.get $in')))
              ;; z = z² + c. Who has left only gets farther away, up to infinity and what is no number.
              (local.set $m (f32x4.mul (local.get $m) (local.get $r)))
              (local.set $m' (f32x4.mul (local.get $m') (local.get $r')))
              (local.set $m (f32x4.add (f32x4.add (local.get $m) (local.get $m)) (local.get $ci)))
              (local.set $m' (f32x4.add (f32x4.add (local.get $m') (local.get $m')) (local.get $ci)))
              (local.set $r (f32x4.add (f32x4.sub (local.get $r2) (local.get $m2)) (local.get $cr)))
              (local.set $r' (f32x4.add (f32x4.sub (local.get $r2') (local.get $m2')) (local.get $cr')))
              (br $steps)))
          (v128.store (local.get $counts) (local.get $n))
          (v128.store offset=16 (local.get $counts) (local.get $n'))
          (local.set $counts (i32.add (local.get $counts) (i32.const 32)))
          (br_if $columns
            (i32.lt_u (local.tee $column (i32.add (local.get $column) (i32.const 32))) (local.get $end))))
        (local.set $y (i32.add (local.get $y) (i32.const 4)))
        (local.set $row (i32.add (local.get $row) (i32.const 1)))
        (br $rows)))))
