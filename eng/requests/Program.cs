using IclMesh.RequestFuzz;

// usage: IclMesh.RequestFuzz REPOSITORY [COUNT [SEED]] | REPOSITORY hostile [SECONDS] | attack ADDRESS... (those of the services, as the hostile run starts it)
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
if (args is ["attack", ..])
{
    await new HostileCallers(args[1..]).RunAsync(stop.Token);
    return 0;
}

var hostile = args is [_, "hostile", ..];
await using var mesh = await MeshProcesses.StartAsync(args[0], limited: hostile, stop.Token);
return hostile
    ? await new HostileRun(mesh).RunAsync(TimeSpan.FromSeconds(args.Length > 2 ? int.Parse(args[2], provider: null) : 40), stop.Token)
    : await new RequestRun(mesh, args.Length > 1 ? int.Parse(args[1], provider: null) : 200_000, args.Length > 2 ? int.Parse(args[2], provider: null) : 1).RunAsync(stop.Token);
