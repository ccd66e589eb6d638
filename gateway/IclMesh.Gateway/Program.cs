using IclMesh.Gateway;
using IclMesh.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults(port: 8080);
builder.AddHttpEndpoint(port: 8084);
builder.AddGateway();
var app = builder.Build();
app.MapServiceDefaults();
app.MapGateway();
await app.RunAsync();
