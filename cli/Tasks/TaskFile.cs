using IclMesh.Gateway.V1;

namespace IclMesh.Cli.Tasks;

/// <summary>A task as a YAML file: everything but what the gateway sets itself.</summary>
internal static class TaskFile
{
    public static async Task<PredictionTask> ReadAsync(FileInfo file, CancellationToken cancellationToken) =>
        file.Exists
            ? MessageYaml.Parse<PredictionTask>(await File.ReadAllTextAsync(file.FullName, cancellationToken), file.Name)
            : throw new MeshException(ErrorKind.NotFound, ErrorReasons.ResourceNotFound, $"{file.FullName} does not exist");

    public static string Write(PredictionTask task)
    {
        var portable = task.Clone();
        portable.Version = 0;
        portable.CreateTime = portable.UpdateTime = null;
        return MessageYaml.Write(portable);
    }
}
