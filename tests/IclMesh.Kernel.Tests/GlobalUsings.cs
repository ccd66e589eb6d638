global using CsCheck;
global using IclMesh.Kernel.Core.Estimators;
global using IclMesh.Kernel.Core.Explanation;
global using IclMesh.Kernel.Core.Kernels;
global using IclMesh.Kernel.Core.Numerics;
global using IclMesh.Testing;
