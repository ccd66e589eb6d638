using IclMesh.Inference;
using IclMesh.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults(port: 8081);
builder.AddInference();
var app = builder.Build();
app.MapServiceDefaults();
app.MapInference();
await app.RunAsync();
