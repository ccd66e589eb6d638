using IclMesh.Kernel;
using IclMesh.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults(port: 8083);
builder.AddKernel();
var app = builder.Build();
app.MapServiceDefaults();
app.MapKernel();
await app.RunAsync();
