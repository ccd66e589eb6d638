using System.CommandLine;
using Grpc.Core;
using IclMesh.Cli.CommandLine;
using Spectre.Console;

namespace IclMesh.Cli.Jobs;

/// <summary><c>iclmesh jobs export</c>: a job's record as JSON Lines and safetensors.</summary>
internal static class JobsExportCommand
{
    public static Command Create()
    {
        var mesh = new MeshCommandOptions();
        var id = new Argument<string>("id") { Description = "Id of the job." };
        var output = new Option<DirectoryInfo>("--out") { Description = "Folder to write; must be new or empty.", Required = true };
        var command = new Command("export", "Write what a job has recorded: one folder a condition, JSON Lines and safetensors.") { id, output };
        mesh.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            var terminal = mesh.Terminal(parsed);
            return Failure.GuardAsync(terminal, async () =>
            {
                var folder = OutputFolder.New(parsed.GetRequiredValue(output));
                await using var session = await mesh.OpenAsync(parsed, terminal, [], cancellationToken);
                using var call = session.Jobs.ExportTrace(new() { Id = parsed.GetRequiredValue(id) }, cancellationToken: cancellationToken);
                var shards = 0;
                await foreach (var shard in call.ResponseStream.ReadAllAsync(cancellationToken))
                {
                    var condition = Directory.CreateDirectory(ConfinedPath.Combine(folder, shard.Condition)).FullName;
                    await File.WriteAllBytesAsync(Path.Combine(condition, $"{shard.Shard:D4}.jsonl"), shard.Records.ToByteArray(), cancellationToken);
                    if (!shard.Tensors.IsEmpty)
                    {
                        await File.WriteAllBytesAsync(Path.Combine(condition, $"{shard.Shard:D4}.safetensors"), shard.Tensors.ToByteArray(), cancellationToken);
                    }

                    shards++;
                }

                terminal.Out.WriteLine($"{shards} shards in {folder}");
                return ExitCode.Done;
            });
        });
        return command;
    }
}
