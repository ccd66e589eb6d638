using IclMesh.Retrieval;
using IclMesh.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults(port: 8082);
builder.AddRetrieval();
var app = builder.Build();
app.MapServiceDefaults();
app.MapRetrieval();
await app.RunAsync();
