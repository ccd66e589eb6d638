global using System.Numerics.Tensors;
global using IclMesh.Kernel.Core.Estimators;
global using IclMesh.Kernel.Core.Kernels;
global using IclMesh.Kernel.Core.Numerics;
