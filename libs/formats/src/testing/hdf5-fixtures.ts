import { inflateSync } from 'node:zlib';

/** Files as h5py 3 writes them with `libver='latest'`, deflated; each comment holds the lines that made one. */
const packed = {
  // h['linked'] = h5py.ExternalLink('/etc/hostname', '/data')
  // h.create_group('exchange')['data'] = h5py.ExternalLink('other.h5', '/data')
  externalLink:
    'eNrr9HBx4+WS4mLm4GCAgf9QYMYI4RtAxXu+zY3z93AJYmKoYBJCVggDXEwMQC1sigwMjBwObDmZedmpKaIMDPqpJcn6GfnFJXmJuakM+imJJYkMbMJARQwcqRXJGYl56ambYXbLMOAFxfJsVsQ4QQrsBBaQVQIMDPklGalFehmmULsZrBgoACeNtz4FAO69SF0=',
  // h.create_dataset('stolen', (64,), 'u1', external=[('/etc/passwd', 0, 64)])
  externalStorage:
    'eNrr9HBx4+WS4mLm4GCAgf9Q8J0RwjeAii/NEfX193AJYmKoYBJCVggDXEwMQC1sggxAiq24JD8nNW8zzFBnBmqAJa03usBOYGRgZBRhYGBiZGR0gMrBaGYeBkYBBpAbQICDgRXoKmYudg2gDrAoI8N+qMc40EyHmcAB9B0zI8xXMFGGHoZBBc4WdDh6uDoGgNgSUDGoxxjuM6Kq1U8tSdYvSCwuLk8B8wFpJziY',
  // layout = h5py.VirtualLayout((4,), 'f4'); layout[:] = h5py.VirtualSource('/tmp/other.h5', 'data', (4,))
  // h.create_virtual_dataset('mosaic', layout)
  virtual:
    'eNrr9HBx4+WS4mLm4GCAgf9QcF4QwjeAih85/9TI38MliImhgkkIWSEMcDExMDIwsAG1MTKw5eYXJ2Ymb4YZ6sxADRDHcrQM7ATF5nNM2ciYgZFRhIGBiZGRkQWqFkYzizAwCirIQ/kKDOIcDOL1QBYr0LXM3Bx8QJXM5xkhasHUFoYhCTwVOF64O/v7gP0ggOQfIHCDKYIJ6JfkFujnl2SkFullmDKkJJYkMjAjSYMAEyjsQGJMjFCtjMAwNJxp8huhZgY/wygYBaNgFIyCUTAKRsEoGAWjYBSMglEwCugMAMilO2U=',
  // h['bigEndian'] = np.array([1.5, -2.25], '>f8'); h['counts64'] = np.array([[1, -2], [2**40, 3]], 'i8')
  // h['tooBig'] = np.array([2**60], 'u8'); h['flags'] = np.array([True, False]); h['half'] = np.array([1], 'f2')
  // h['kspace'] = np.array([1+2j, 3-4j], 'c8'); h['scalar'] = np.float32(7); h['empty'] = h5py.Empty('f4')
  // values = np.arange(600, dtype='u2').reshape(20, 30)
  // h.create_dataset('compressed', data=values, chunks=(7, 11), compression='gzip', shuffle=True)
  // h['alias'] = h5py.SoftLink('/kspace'); h['loop'] = h5py.SoftLink('/loop')
  elements:
    'eNrtWAlQk1cQ3j8HCQmQcCjigQG1iEdBRFBQUYQUbajI4VFrTAwYI0iAIEQFAbVjFRAFtPUA6y0KYsGzYrGABwoyCoiKtgIqniBXRVDpn/9IIzjVOtOpdNxM5u373v7v+LJvd/+scXPh67J6s6hMJpDSQYiDEd63JvAHQ6x6THVz8aSAkmKADXDwgTyiZVEAQZuZ8K9JXdtTPWwLCCAIuj0KgiAUYoxsqUaA6Js5AX6gCWDLBtsOKgAd3R2VxUR3TkVyEdyWS058GLqdSLYmOzi14voZ4vBqbgaifFC6ctOFKx1AuChRJFeaHFUSRjxywf3dh5s7fdoTiJ8YXhPujHVQkAqduCL8iLRHNLmBt3PDoOE26ktzArqtME02PyZU7jvvlhkgMyk4Ryq/QQgW+BMFXq7g7enjimKaRPWhvzkB7OoWnJjct3NB4J1s2AEynYJ7QQiAPq8/0IgrY8wE4yhUkwHtbbAmRZZanWLRuo+NDb3WCm2AaCfsGsAE9Bt95p/P8s77porbPA7BLhdYdGBxOnEVzujkTt0wbqeFOaTAWL4XemEeEIkTGYZAmUoJ21na9x3sEZGdyM1gSrSd+2T0ItnEWGSzewJCoajSNIKNINhH5Z0qflEbNLSxKVTWY+bH6osvX1Z7fNiT/IluLoAYsbSJvphQTAuQoUqhROQ7b77YT1J7525i0gwPb8/p03y8Kg7/dDQ7PCg0JCx4cezadWviY6e6CaZ8lbY//cChtIyD8gUBW+wizxXNyq4tSrGP+nVTRuWx+usn/Z+nnm7vtV8bJFf6JvMnujgDQvLJINb8WmNfFqyuWAyBTdPArhLYHA3Mio23Qg0snsB8NLBqAtMszRx0umKJBOapge1wH1KpFNbcr7pXY8w1MuipX1529dqV8lJ7a1ubsOfPmhv/aGhp4jAF7l+WXCi6eLmw+JI8ULbIv/7Bk0d1D+ecWNCQuOfSpsyZJxe2vKYyOP3GhzRfbzC0MEH5qUnvX6MUGhp+vz45cdMGP5HIesSokccPH8nSslm5YpJzft4A85iiFXk7qxOvZoXwsjOj8gomJ+0T0G0q0uccX55/zn1rTJHXvpJt48Jf57lqDaGCEkxclcJToS8ulvtXyG/lLG6/vDph+/ioF21P2xO257a20mnfrnJ1OVswKDS0pVlXJz7OXVCckxMZ8eollYIuaWOTnaUIaWpks2Jv3nR0OPXzsqXtbRbWInrcXQSW2g9sQSdfVv965eoEU6clbU9e1DtFdbySYp6zUXWEjZjn2KmOcAzzHB1ddsJ3cZjnWH1uOXxoJuY5KaNljclppXtLfhjjb0ftLdqNXsDLLuZTlMJlDY3lj+3lv5+WikQilS9W36+i2/h4l5eNsj16JEZgITWeYR/OmcobaTbCcsygUcP7XUhXueHCQBndBnfCPNdYEw8YYLS+hAbJo439lMLZWaE3GnsMnZEhzA67vSP/i3Wmjsur76aVSk3HRjS3FpZKS+bmRLTUO1EHGI5kD+3juDoufVvOip2JWWsPbNl4ND4j5fTKXUnZbCrF2kBL0IokimHmQR662dm54pq9xbOPBVb+Iqm9oai1+iYHZ35u7pL2ulc48xcLzxbnXzpvxRs8MP3QjrQ9GbsO7pOLHjy6X1f18N7Tmse1JdEQtwoMzaJ9e8GZJDNzpbDy6LKS3yLbOX19RaITwU3XnjqG199m2ORGdjQ0VaCUxwj0p40I1p5sKeOVXrheUFZ0K8/ggg5Th6WnrcuWTkDiPKKTCmn00Zvd0AviY1KlDp00PBziiebvk/IzXdz5aeQtOAPdXk469qhES+MJH5y4cf4o78Nfh2bR/T/hT+EUM4zv6eYBDCyvcqHLG/MwopYh83qX9y1C2O+5Ik3jSYRgGwEHAxIbNrkf09kbTWt0lZ1qVt/BDlxyDXKV4FnDnfheqBWQ++tcev21ngcaQ3nqkSVEudUb3myH10c8cvYW8IHO0OOywR2rMExTKXZYctIHgzsHxkEkqvaA3RG7XdFGVaC8+pHjB4GoyoHlvVLDIRGzHTfJOxp7K+ACw2NPKpzFDDYEN+XAWMxAO7P/echGVQMw/6ygBSxR1RCK3PMl8En+O+G7oYUN+Q+QSpoMKq0Q0J4nk7oG+srEgdlqJ2NK5IsDQxV2tiVq/9MKlcudZdJ2CgnQ5weIpQoOTW3grwgSS/z60UmAtkAcMN9fi+yyJPJFQSF+CoWfbxpD/ZBCIg4Qh9zVUc/qtygodMlAPaLPROjiAJlYwQArfHoUoQXI5UF0sFI1n37V95c/AcJqXpY=',
  // h['exchange/data'] = np.arange(24, dtype='u2').reshape(3, 2, 4)
  // h['exchange/data_white'] = 100 + np.arange(8, dtype='f4').reshape(1, 2, 4)
  // h['exchange/theta'] = np.array([0, 90, 180], 'f4'); h['exchange/theta'].attrs['units'] = 'deg'
  // detector = h.create_group('measurement/instrument/detector')
  // detector['x_pixel_size'] = 0.65e-6; detector['x_pixel_size'].attrs['units'] = 'm'
  // h['measurement/instrument/name'] = '2-BM'; h['measurement/sample/name'] = 'somebody'
  dxchange:
    'eNrtWMtrE0EY/2Z3s66b1DyahymIOSkoPgnUIr7Sqj1UC14ED4a1GZLQbhKaDUYvgl4UUQQfeOtJ9KQHvagH7SWKFrWlKPTkA/FS0b/AOpOdiZvQqEm1VJkffMzON7Mz3/y+bxb2d66/b1+H3qXLmgYccwxHu+z+ZubvGfhWGezvOyRBWQo4J3LoEiAAtRNIo+HyUMbIpfEXZL+thqnbbWKjWBrFJs5ZMyG28Fr4XWzacuRCNQQECMUBJBkhmY1JrFVY29TvAeSr+X3gIlHLukZOJKNHqP7IcB2WLM6c/7CHUiqRkyrgAhWWgQbLQQc3eKADVoCXnM4PAeiEIIQgDBGochebnJSGnfbzdHrpJkrKsIy7bGc1RF06dSWPZ7IWPs04Vn10wGVlsGXc5vyvbH6E9YXyRGM6UZO0NfPLQUD+2GrWj0FEg8gp8uRM60UWS4xvfGnppTNf2f4Z4GkC4BmxCWIviL0iNkVsmtjrRI2rIOEB/Sh9uQUuHjDiPOydUIBOb8y9p5uuqpLCIYOlXNYqQpSkxle9MTwZWjUZdPOK4khS8q9zlX777rD9dI/wEu/d3zs4gIDF5qgVzksKp+tqh4+bDfN4TW3dkDjg7PNvYzFv4mP51IlaGXlBQEBAQEBAQEBAQEBAQEBgkVDTRRT7H9/WQXax//bdEHdDfE6u10GmQvX/9gvWQegz10GqQkN+0Xno+TSjDx+8v6r08sbOdqQ+W9fL5orWaIkqtGbYXlf10wG1aJiFEfw8ynZb10pob95fnW0nJFtMTmELD1n5UYiwgGxRMmeY+DJzwcZW2Vpzc9vXdkKK0L095WQhW8YjyWL2JK4E2ZI7FppA19iV+Yp5vpqrFrNkF/MYE1l9fKHH//6lfhIcv6U47pTc5KL/ipuH0f+Pm+6z19yagxuFc9OWtk+v0R0u0+/9QyHOfhyvfAcnUz3w',
  // as above, but float32 zeros, theta with two entries for three projections, data_dark zeros [1, 2, 4]
  dxchangeMismatch:
    'eNrr9HBx4+WS4mLm4GCAgf9Q8IsFwjeAiu/w3P/P38MliImhgkkIWSEMcDExMDIwsAkzACmO1IrkjMS89FR5Jqh2RwbKgfKvc4/BTmBkYGQ0YWBgYmZkZIbKweyBupoBp7gIA6OggjyUr8AgzsEgXg9ksQJdz8zFAfQZM+N+RojaBJjFExgGHZgfufk6re0Ah7XCxYtM2cgYf/Tzg6KfJSWxJHEz1BQ2AZAQa0lGakniJmh0sImAxDhByuJTEouyz8GiSxKPc/4eauaFRz/QACZGRkYmtGiGRK89AyQ9OzCYcDOY/GdGjd59UMsEYAZvYBhy4IBPRj2qyAd79KzBiCMLMFKQNW5BFSsM4qxxPLBJiJAaAFjMYew=',
  // h['exchange/data'] = np.zeros((2, 1, 1), 'f4'); h['exchange/theta'] = np.array([0, 1.5])
  // h['exchange/theta'].attrs['units'] = 'rad'
  dxchangeRadians:
    'eNrr9HBx4+WS4mLm4GCAgf9QUCYM4RtAxaUWTPno7+ESxMRQwSSErBAGuJgYGBkY2IDaGBk4UiuSMxLz0lOPM0K1OzJQDn4fEuQEO4GRgZHRhIGBiZmRkQkqx4hG4xJnFmFgFFSQZ2AB8xQYxDkYxOuBLFag65m5OIA+Y2bcD1UMD5QJDIMOyBk9ew1jg8NE4eJFpmxkjD+a+EFBwpKSWJK4GWoKmwBIiLUkI7UkMQoWfIZkOO0Ay+fl8GgSAUYFIyKamFCiwR4axA4MJtwMJv+ZUaMhjRmiVgCqR1QIFGvo/uExB6plYGMQAUmW5mWWFDNIMjKCNQnA450DbDHIvDJmpPQQT/NoOt/4RAZV5Ie9u7O/DyOSx+BJE0oXJaag6LjBzzAKRsEoGAWjYBSMglEwCkbBKBgFo2AUjIIhBgDuLmuE',
  // h['exchange/data'] = np.zeros((2, 1, 3), 'f4'); h['exchange'].attrs['center'] = 1.25
  // h['exchange/theta'] = np.array([0, 90], 'f4')
  dxchangeCenter:
    'eNrr9HBx4+WS4mLm4GCAgf9QsJEZwjeAiiuLOTL5e7gEMTFUMAkhK4QBLiYGRgYGNmEGIMWRWpGckZiXnnqdEardkYFywHly3jOwExgZGBlNGBiYmBkZmaByMHugrmbAJc4swsAoqCDPwALmKTCIczCI1wNZrEDXM3NxAH3GzLgfqkkCZvEEhkEHjtUUGeOSA4eRQmAqdzYyrhQQYGCoh4aDEVQpNNL4QQHFkpJYkrgZKiEqBAoi9DjmMQCFJDuDCEgyOTWvJLWIQVDBngGSfBwYTLgZTP4zI0KfgeGLPQPD0qs3P8HjTQQoy4iINyYS4qUc6nh4Yt3AMOQA74mniRDWFid/Zw9v7HmJTQAUIawlGaklidnQIDIN3Z8OAEyMaak=',
} as const;

export function hdf5Fixture(name: keyof typeof packed): Uint8Array {
  return inflateSync(Buffer.from(packed[name], 'base64'));
}
