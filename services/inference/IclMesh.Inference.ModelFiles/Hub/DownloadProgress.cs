namespace IclMesh.Inference.ModelFiles.Hub;

/// <summary>How far the download of a model has come.</summary>
/// <param name="Model">The model as the caller named it.</param>
/// <param name="File">The file that is being fetched.</param>
/// <param name="Received">Bytes of the whole model that are there, those of an earlier attempt included.</param>
/// <param name="Total">Bytes of the whole model.</param>
public readonly record struct DownloadProgress(string Model, string File, long Received, long Total);
