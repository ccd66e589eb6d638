global using System.Numerics.Tensors;
global using IclMesh.Kernel.Core.Kernels;
global using IclMesh.Kernel.Core.Numerics;
