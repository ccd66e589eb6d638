using TorchSharp;

namespace IclMesh.Train.Model;

/// <summary>What TorchSharp's functional interface lacks.</summary>
internal static class TensorExtensions
{
    /// <summary>Rows of a table by id: ids of any shape [...] give [..., d].</summary>
    public static torch.Tensor Rows(this torch.Tensor table, torch.Tensor ids) =>
        table.index_select(0, ids.reshape(-1)).view([.. ids.shape, table.shape[1]]);
}
